using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Commands;

/// <summary>An operator with a running EvmReader: sends commands as a client does, and hears the events of applications.</summary>
internal sealed class Operator : IAsyncDisposable
{
    private readonly ConcurrentBag<IApplicationEvent> _heard = [];
    private readonly Received _received = new();

    private Operator(ServiceHost host) => Host = host;

    public ServiceHost Host { get; }

    /// <summary>Names of the events about applications, in the order in which they happened.</summary>
    public IReadOnlyList<string> Heard => [.. _heard.OrderBy(happened => happened.OccurredAt).Select(happened => happened.GetType().Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Operator> StartAsync(PostgresServer postgres, DatabaseKind kind)
    {
        var host = await Task.Run(() => kind == DatabaseKind.Sqlite ? ReaderService.CreateAsync() : ReaderService.CreateAsync(postgres));
        await host.StartAsync();
        var operation = new Operator(host);
        var bus = host.Services.GetRequiredService<IBusControl>();
        bus.ConnectReceiveObserver(operation._received);
        await bus.ConnectReceiveEndpoint(
            "listener",
            endpoint =>
            {
                endpoint.Handler<AppEnabled>(operation.HearAsync);
                endpoint.Handler<AppDisabled>(operation.HearAsync);
                endpoint.Handler<AppRemoved>(operation.HearAsync);
            }
        ).Ready;
        return operation;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public Task<EnabledApplication> EnableAsync(string application, Guid? id = null) =>
        DoneAsync<EnableApplication, EnabledApplication>(new EnableApplication { Application = application }, id);

    public Task<DisabledApplication> DisableAsync(string application, Guid? id = null) =>
        DoneAsync<DisableApplication, DisabledApplication>(new DisableApplication { Application = application }, id);

    public Task<ApplicationRemoval> RemoveAsync(string application, bool force = false) =>
        DoneAsync<RemoveApplication, ApplicationRemoval>(new RemoveApplication { Application = application, Force = force });

    public Task<string> RemoveRefusedAsync(string application) =>
        RefusedAsync<RemoveApplication, ApplicationRemoval>(new RemoveApplication { Application = application });

    public Task<StoredExecutionParameters> SetAsync(SetExecutionParameters command) =>
        DoneAsync<SetExecutionParameters, StoredExecutionParameters>(command);

    public Task<string> SetRefusedAsync(SetExecutionParameters command) =>
        RefusedAsync<SetExecutionParameters, StoredExecutionParameters>(command);

    public Task<string> EnableRefusedAsync(string application) =>
        RefusedAsync<EnableApplication, EnabledApplication>(new EnableApplication { Application = application });

    public Task<string> DisableRefusedAsync(string application) =>
        RefusedAsync<DisableApplication, DisabledApplication>(new DisableApplication { Application = application });

    /// <summary>The answer, which must not be a refusal.</summary>
    public async Task<TAnswer> DoneAsync<TCommand, TAnswer>(TCommand command, Guid? id = null)
        where TCommand : class
        where TAnswer : class
    {
        var (answer, reason) = await AskAsync<TCommand, TAnswer>(command, id);
        return answer.ShouldNotBeNull(reason);
    }

    /// <summary>The reason of the refusal, which must be the answer.</summary>
    public async Task<string> RefusedAsync<TCommand, TAnswer>(TCommand command)
        where TCommand : class
        where TAnswer : class => (await AskAsync<TCommand, TAnswer>(command, null)).Reason.ShouldNotBeNull();

    /// <summary>The broker delivers a message again; completes when that was handled.</summary>
    public async Task RedeliverAsync<TCommand>(TCommand command, Guid id)
        where TCommand : class
    {
        var handled = _received.UntilAsync(id);
        var endpoint = await Host.Bus.GetSendEndpoint(AddressOf<TCommand>());
        await endpoint.Send(command, context => context.MessageId = id, Cancel);
        await handled.WaitAsync(Cancel);
    }

    public async Task UntilHeardAsync(int count)
    {
        while (_heard.Count < count)
            await Task.Delay(10, Cancel);
    }

    private async Task<(TAnswer? Answer, string? Reason)> AskAsync<TCommand, TAnswer>(TCommand command, Guid? id)
        where TCommand : class
        where TAnswer : class
    {
        var response = await Host
            .Bus.CreateRequestClient<TCommand>(AddressOf<TCommand>(), RequestTimeout.After(m: 3))
            .GetResponse<TAnswer, CommandRefused>(
                command,
                request => request.UseExecute(context => context.MessageId = id ?? context.MessageId),
                Cancel
            );
        return response.Is(out Response<TAnswer>? done) ? (done!.Message, null)
            : response.Is(out Response<CommandRefused>? refused) ? (null, refused!.Message.Reason)
            : (null, null);
    }

    private static Uri AddressOf<TCommand>() =>
        CommandQueues.AddressOf((string)typeof(CommandQueues).GetField(typeof(TCommand).Name)!.GetRawConstantValue()!);

    private Task HearAsync<TEvent>(ConsumeContext<TEvent> context)
        where TEvent : class, IApplicationEvent
    {
        _heard.Add(context.Message);
        return Task.CompletedTask;
    }

    private sealed class Received : IReceiveObserver
    {
        private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = [];

        public Task UntilAsync(Guid id) =>
            _waiting.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context)
        {
            if (context.GetMessageId() is { } id && _waiting.TryRemove(id, out var waiting))
                waiting.SetResult();
            return Task.CompletedTask;
        }

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
    }
}
