//! The report as JSON, indented for those who look at it.

use std::io::{self, Write};

use super::model::Report;

/// Writes `report` with a line end behind it. The schema is in `docs/report.schema.json`.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
