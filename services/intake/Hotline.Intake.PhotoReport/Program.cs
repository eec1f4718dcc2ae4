using Hotline.Hosting;
using Hotline.Intake.PhotoReport;

return await new HotlineHost(args).Add<PhotoReportChannel>().RunAsync();
