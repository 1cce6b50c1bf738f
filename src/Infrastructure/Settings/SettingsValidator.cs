using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Rollups.Settings;

/// <summary>
/// Checks every setting of a section against its range, and the options against the rules between settings that their class defines
/// (<see cref="IValidatableObject"/>).
/// </summary>
internal sealed class SettingsValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class, new()
{
    private readonly IReadOnlyList<Setting> _settings = Setting.Of(typeof(TOptions), section);

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <exception cref="OperatorException">A value is not the number, time or truth value that is expected.</exception>
    public void EnsureReadable(IConfigurationSection configuration) =>
        Throw(
            from setting in _settings
            let text = configuration[setting.Name[(section.Length + 1)..]]
            where text is not null && !setting.CanRead(text)
            select SettingDescription.Refusal(setting, text)
        );

    /// <exception cref="OperatorException">A value is wrong.</exception>
    public void EnsureValid(TOptions options) => Throw(Problems(options));

    private IEnumerable<string> Problems(TOptions options)
    {
        foreach (var setting in _settings)
        {
            if (setting.Read(options) is var value && !setting.Allows(value))
                yield return SettingDescription.Refusal(setting, value);
        }

        if (options is IValidatableObject rules)
        {
            foreach (var problem in rules.Validate(new ValidationContext(options)))
                yield return problem.ErrorMessage!;
        }
    }

    private static void Throw(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        if (all.Count > 0)
            throw new OperatorException(string.Join(' ', all));
    }
}
