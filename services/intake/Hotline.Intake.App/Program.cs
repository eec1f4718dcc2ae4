using Hotline.Hosting;
using Hotline.Intake.App;

return await new HotlineHost(args).Add<AppChannel>().RunAsync();
