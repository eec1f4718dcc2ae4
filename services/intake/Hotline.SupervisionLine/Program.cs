using Hotline.Hosting;
using Hotline.SupervisionLine;

return await new KeyCommands(KeyCommands.AskAtTerminal, Console.Out).RunAsync(args) ?? await new HotlineHost(args).Add<SupervisionChannel>().RunAsync();
