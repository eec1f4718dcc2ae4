using Hotline.Gateway;
using Hotline.Hosting;

return await new HotlineHost(args).AddGateway(GatewayProxy.Add, GatewayProxy.Map).RunAsync();
