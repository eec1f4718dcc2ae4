using Hotline.AllInOne.Practice;
using Hotline.AllInOne.Practice.Demo;
using Hotline.Callback;
using Hotline.Desk;
using Hotline.Desk.Accounts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Hotline.Intake.Email;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.Partners;
using Hotline.Intake.Phone;
using Hotline.Intake.PhotoReport;
using Hotline.Intake.Portal;
using Hotline.Intake.WeChat;
using Hotline.Knowledge;
using Hotline.SupervisionLine;

// The map of the system: every service that a process can host.
return args switch
{
    ["play", .. var options] => await PlayCommand.RunAsync(options, Console.Out),
    ["demo", .. var options] => await DemoCommand.RunAsync(options, Console.Out),
    ["proof", .. var options] => await ProofCommand.RunAsync(options, Console.Out),
    ["wechat-platform", .. var options] => await WeChatPlatformCommand.RunAsync(options),
    ["call", .. var options] => await CallCommand.RunAsync(options, Console.Out),
    ["keys", .. var options] => await KeysCommand.RunAsync(options, Console.Out, TimeProvider.System),
    ["enrol", .. var options] => await EnrolCommand.RunAsync(options, Console.Out),
    ["sign-in", .. var options] => await PracticeAccounts.ShowAsync(options, Console.Out),
    _ => await new HotlineHost(args)
        .Add<AppChannel>()
        .Add<WeChatChannel>()
        .Add<EmailChannel>()
        .Add<PhoneChannel>()
        .Add<MessageBoardChannel>()
        .Add<PhotoReportChannel>()
        .Add<PortalChannel>()
        .Add<PartnersChannel>()
        .Add<SupervisionChannel>()
        .Add<DispatchService>()
        .Add<KnowledgeService>()
        .Add<CallbackService>()
        .Add<DeskService>()
        .RunAsync(),
};
