using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;

// The map of the system: every service that a process can host.
return await new HotlineHost(args)
    .Add<AppChannel>()
    .Add<DispatchService>()
    .RunAsync();
