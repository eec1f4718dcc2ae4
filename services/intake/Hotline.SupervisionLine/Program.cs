using Hotline.Hosting;
using Hotline.SupervisionLine;

return args is ["officer-key", .. var options]
    ? await OfficerKeyCommand.RunAsync(options, Console.Out)
    : await new HotlineHost(args).Add<SupervisionChannel>().RunAsync();
