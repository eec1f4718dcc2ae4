using Hotline.Dispatch;
using Hotline.Hosting;

return await new HotlineHost(args).Add<DispatchService>().RunAsync();
