using Microsoft.Extensions.Options;

namespace Rollups.EvmReader;

internal sealed class EvmReaderOptionsValidator : IValidateOptions<EvmReaderOptions>
{
    public ValidateOptionsResult Validate(string? name, EvmReaderOptions options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
