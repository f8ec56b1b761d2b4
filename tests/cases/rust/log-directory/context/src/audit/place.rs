pub const LOG: &str = "src/audit/audit.log";
