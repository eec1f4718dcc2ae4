using Hotline.Hosting;
using Hotline.Intake.Email;

return await new HotlineHost(args).Add<EmailChannel>().RunAsync();
