using Hotline.Hosting;
using Hotline.Intake.WeChat;

return await new HotlineHost(args).Add<WeChatChannel>().RunAsync();
