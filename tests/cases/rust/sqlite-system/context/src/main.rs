use rusqlite::Connection;

fn main() -> rusqlite::Result<()> {
    let db = Connection::open_in_memory()?;
    let answer: i64 = db.query_row("SELECT 6 * 7", [], |row| row.get(0))?;
    println!("{answer}");
    Ok(())
}
