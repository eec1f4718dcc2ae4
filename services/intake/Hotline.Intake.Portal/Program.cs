using Hotline.Hosting;
using Hotline.Intake.Portal;

return await new HotlineHost(args).Add<PortalChannel>().RunAsync();
