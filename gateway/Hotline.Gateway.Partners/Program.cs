using Hotline.Gateway.Partners;
using Hotline.Hosting;

return await new HotlineHost(args).AddGateway(PartnerGateway.Add, PartnerGateway.Map, PartnerGateway.Port).RunAsync();
