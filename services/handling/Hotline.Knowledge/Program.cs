using Hotline.Hosting;
using Hotline.Knowledge;

return await new HotlineHost(args).Add<KnowledgeService>().RunAsync();
