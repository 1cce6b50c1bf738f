using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>20 bytes.</summary>
internal sealed class AddressConverter() : ValueConverter<Address, byte[]>(address => address.ToByteArray(), bytes => new Address(bytes));
