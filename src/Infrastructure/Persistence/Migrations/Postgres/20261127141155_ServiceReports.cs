using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ServiceReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "service_reports",
                columns: table => new
                {
                    service = table.Column<string>(type: "text", nullable: false),
                    instance = table.Column<string>(type: "text", nullable: false),
                    reported_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    latency_count = table.Column<int>(type: "integer", nullable: false),
                    latency_p50 = table.Column<double>(type: "double precision", nullable: true),
                    latency_p95 = table.Column<double>(type: "double precision", nullable: true),
                    latency_p99 = table.Column<double>(type: "double precision", nullable: true),
                    found_by_event = table.Column<long>(type: "bigint", nullable: false),
                    found_by_sync = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<long>(type: "bigint", nullable: false),
                    head = table.Column<long>(type: "bigint", nullable: true),
                    health = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    remedy = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_service_reports", x => new { x.service, x.instance });
                    table.CheckConstraint("ck_service_reports_health_known", "health IN ('HEALTHY', 'DEGRADED', 'UNHEALTHY')");
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "service_reports");
        }
    }
}
