using Nethereum.Web3.Accounts;
using VoucherExecutor;

// Settings, from arguments or the environment: RabbitMq:Host, Port, VHost, User and Pass, Node (http://127.0.0.1:10011),
// Ethereum (JSON-RPC endpoint of L1), ChainId, and KeyFile (a file with the private key of the account that pays for the gas).
var builder = Host.CreateApplicationBuilder(args);
string Setting(string name) => builder.Configuration[name] ?? throw new InvalidOperationException($"The setting {name} is missing.");

var account = new Account(File.ReadAllText(Setting("KeyFile")).Trim(), long.Parse(Setting("ChainId")));
builder.Services.AddSingleton(new Node(new HttpClient { BaseAddress = new Uri(Setting("Node")) }));
builder.Services.AddSingleton<IL1>(new L1(new Web3(account, Setting("Ethereum"))));
builder.Services.AddOptions<RabbitMqTransportOptions>().BindConfiguration("RabbitMq");
builder.Services.AddMassTransit(bus =>
{
    bus.DisableUsageTelemetry();
    ExecuteVouchers.AddTo(bus);
    bus.UsingRabbitMq((context, rabbit) => rabbit.ConfigureEndpoints(context));
});
await builder.Build().RunAsync();
