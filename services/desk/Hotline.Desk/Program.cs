using Hotline.Desk;
using Hotline.Desk.Accounts;
using Hotline.Hosting;

return args switch
{
    ["enrol", .. var options] => await EnrolCommand.RunAsync(options, Console.Out),
    ["practice-accounts", .. var options] => await PracticeAccounts.MakeAsync(options, Console.Out),
    ["sign-in", .. var options] => await PracticeAccounts.ShowAsync(options, Console.Out),
    _ => await new HotlineHost(args).Add<DeskService>().RunAsync(),
};
