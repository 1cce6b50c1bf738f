using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>The connection to the broker is encrypted, and each side proves who it is.</summary>
[NeedsServers]
public sealed class EncryptedBrokerTests(PostgresServer postgres, RabbitMqServer rabbit) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-tls-");

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Events_travel_over_a_connection_with_both_certificates()
    {
        var received = new Received<EpochClosed>();
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        await using var relay = new TlsRelay(host.Port, Issue("broker.test"));
        using var settings = await SettingsAsync(host, relay);
        settings.Values["Messaging:RabbitMq:Tls:CaFile"] = Write("ca.pem", Authority.ExportCertificatePem());
        using var own = Issue("node");
        settings.Values["Messaging:RabbitMq:Tls:CertificateFile"] = Write("node.pem", own.ExportCertificatePem());
        settings.Values["Messaging:RabbitMq:Tls:CertificateKeyFile"] = Write(
            "node.key",
            own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()
        );
        await using var node = await StartAsync(settings, received);

        await node.ConnectedAsync();
        await node.CommitAsync(Events.Closed(1, 0));
        await received.UntilAsync(1);

        relay.Clients.ShouldNotBeEmpty();
        relay.Clients.ShouldAllBe(name => name == "CN=node");
    }

    [Theory]
    [InlineData("other authority")]
    [InlineData("other name")]
    public async Task A_broker_that_cannot_prove_its_name_is_refused(string fault)
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        await using var relay = new TlsRelay(host.Port, Issue(fault == "other name" ? "else.test" : "broker.test"));
        using var settings = await SettingsAsync(host, relay);
        using var stranger = NewAuthority();
        settings.Values["Messaging:RabbitMq:Tls:CaFile"] = Write(
            "ca.pem",
            (fault == "other authority" ? stranger : Authority).ExportCertificatePem()
        );
        await using var node = await StartAsync(settings, new Received<EpochClosed>());

        var report = await node.HealthAsync(report => report.Entries["broker"].Data.ContainsKey(HealthReason.Key));

        report.Entries["broker"].Data[HealthReason.Key].ToString()!.ShouldContain("Messaging:RabbitMq:Tls:CaFile and ServerName");
    }

    private static Task<TestNode> StartAsync(TestSettings settings, Received<EpochClosed> received) =>
        TestNode.StartAsync(settings, services => services.AddSingleton(received), RecordingConsumer<EpochClosed>.Add);

    private async Task<TestSettings> SettingsAsync(RabbitMqVirtualHost host, TlsRelay relay)
    {
        var settings = TestSettings.OnServers(await postgres.CreateDatabaseAsync(Cancel), host);
        settings.Values["Messaging:RabbitMq:Port"] = $"{relay.Port}";
        settings.Values["Messaging:RabbitMq:Tls:Enabled"] = "true";
        settings.Values["Messaging:RabbitMq:Tls:ServerName"] = "broker.test";
        return settings;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static readonly X509Certificate2 Authority = NewAuthority();

    private static X509Certificate2 NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
    }

    private static X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            Authority,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8)
        );
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Ends the encryption in front of the real broker, and demands a certificate of the client.</summary>
    private sealed class TlsRelay : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly X509Certificate2 _certificate;
        private readonly int _target;
        private readonly Task _accepting;
        private readonly List<string?> _clients = [];

        public TlsRelay(int target, X509Certificate2 certificate)
        {
            (_target, _certificate) = (target, certificate);
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>Subjects of the clients' certificates.</summary>
        public IReadOnlyList<string?> Clients
        {
            get
            {
                lock (_clients)
                    return [.. _clients];
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _accepting;
            _certificate.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private async Task RelayAsync(TcpClient client)
        {
            try
            {
                using var _ = client;
                await using var encrypted = new SslStream(client.GetStream());
                await encrypted.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                    },
                    _stop.Token
                );
                lock (_clients)
                    _clients.Add(encrypted.RemoteCertificate?.Subject);
                using var broker = new TcpClient();
                await broker.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await using var plain = broker.GetStream();
                await Task.WhenAny(encrypted.CopyToAsync(plain, _stop.Token), plain.CopyToAsync(encrypted, _stop.Token));
            }
            catch (Exception)
            {
                // The client sees the end of its connection.
            }
        }
    }
}
