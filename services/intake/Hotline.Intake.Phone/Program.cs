using Hotline.Hosting;
using Hotline.Intake.Phone;

return await new HotlineHost(args).Add<PhoneChannel>().RunAsync();
