using Hotline.Callback;
using Hotline.Hosting;

return await new HotlineHost(args).Add<CallbackService>().RunAsync();
