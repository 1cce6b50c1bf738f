using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Rollups.Settings;

/// <summary>The one way to declare options.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds the options to their section and checks them now, and again when the host starts. Services inject them as <see
    /// cref="IOptions{TOptions}"/> or directly.
    /// </summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="section">The options' section.</param>
    /// <returns>The options, for decisions made while the host is built.</returns>
    /// <exception cref="OperatorException">
    /// A value is wrong: one sentence for each, with the setting's full path, the value unless it is a secret, the range and the remedy.
    /// </exception>
    public static TOptions AddValidatedOptions<TOptions>(this IServiceCollection services, IConfigurationSection section)
        where TOptions : class, new()
    {
        var options = section.ReadValidated<TOptions>();
        if (services.Any(service => service.ServiceType == typeof(IValidateOptions<TOptions>)))
            return options;
        var validator = new SettingsValidator<TOptions>(section.Path);
        services.AddOptions<TOptions>().Configure(_ => validator.EnsureReadable(section)).Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(validator);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value);
        return options;
    }

    /// <summary>The same without a host, or if several sections share one class.</summary>
    /// <exception cref="OperatorException">A value is wrong.</exception>
    public static TOptions ReadValidated<TOptions>(this IConfigurationSection section)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(section);
        var validator = new SettingsValidator<TOptions>(section.Path);
        validator.EnsureReadable(section);
        var options = new TOptions();
        section.Bind(options);
        validator.EnsureValid(options);
        return options;
    }
}
