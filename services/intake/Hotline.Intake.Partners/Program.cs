using Hotline.Hosting;
using Hotline.Intake.Partners;

return await new HotlineHost(args).Add<PartnersChannel>().RunAsync();
