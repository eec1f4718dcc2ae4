using Hotline.Hosting;
using Hotline.Intake.MessageBoard;

return await new HotlineHost(args).Add<MessageBoardChannel>().RunAsync();
