using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class LeaseTermConfiguration : IEntityTypeConfiguration<LeaseTerm>
{
    public void Configure(EntityTypeBuilder<LeaseTerm> builder)
    {
        builder.ToTable("leases", table => table.HasCheckConstraint("ck_leases_term", "term > 0"));
        builder.HasKey(lease => lease.Name);
    }
}
