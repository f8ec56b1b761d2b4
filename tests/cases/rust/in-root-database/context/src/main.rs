fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::var("LEDGER_DATABASE")?;
    let database = rusqlite::Connection::open(path)?;
    database.execute("create table if not exists entries (amount integer)", [])?;
    Ok(())
}
