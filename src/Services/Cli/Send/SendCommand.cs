using Rollups.Cli.Database;
using Rollups.Cli.L1;
using Rollups.Ethereum;

namespace Rollups.Cli.Send;

/// <summary><c>rollups send APP PAYLOAD</c>: adds an input by the configured account.</summary>
internal static class SendCommand
{
    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var payload = InputPayload.OfInput();
        var verb = new Verb(
            "send",
            "Sends an input to an application, from the account of the Signer settings, and waits for its block.",
            "rollups send echo \"hello rollups\"",
            "rollups send echo --hex 0xdeadbeef",
            "rollups send 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 --abi address,uint256 0x90f79bf6eb2c4f870365e785982e1f101e93b906 7"
        )
        {
            app,
        };
        payload.AddTo(verb);
        return verb.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var bytes = payload.Read(parsed);
                var application = await L1Application.FindAsync(parsed.GetRequiredValue(app), account.L1, cancellationToken);
                var sent = await account.SendAsync(
                    "The input",
                    new CallRequest(application.InputBox, InputBoxContract.AddInput(application.Address, bytes)),
                    cancellationToken
                );
                AddedInput.Of(sent, application).Show(output);
                return ExitCode.Done;
            }
        );
    }
}
