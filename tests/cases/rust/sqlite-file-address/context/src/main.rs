fn main() -> rusqlite::Result<()> {
    let database = rusqlite::Connection::open("file:/var/notebook/notes.db?mode=rwc")?;
    database.execute("create table if not exists notes (text)", [])?;
    Ok(())
}
