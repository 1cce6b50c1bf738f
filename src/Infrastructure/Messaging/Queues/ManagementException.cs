using System.Text;
using System.Text.Json;

namespace Rollups.Messaging;

/// <summary>The management API did not return the queues; the message gives the reason, as the second half of a sentence.</summary>
public sealed class ManagementException(string message) : Exception(message);
