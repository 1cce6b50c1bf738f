using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class NodeConfigurationConfiguration : IEntityTypeConfiguration<NodeConfiguration>
{
    public void Configure(EntityTypeBuilder<NodeConfiguration> builder)
    {
        builder.ToTable("node_configurations");
        builder.HasKey(setting => setting.Key);
    }
}
