namespace Rollups.EvmReader.Registration;

/// <summary>An application cannot be registered. The message is one sentence that names the value and the remedy.</summary>
internal sealed class RegistrationRefusedException(string message) : Exception(message);
