use rusqlite::Connection;

fn main() -> rusqlite::Result<()> {
    let db = Connection::open_in_memory()?;
    db.execute("CREATE TABLE books (title TEXT, pages INTEGER)", [])?;
    for (title, pages) in [("Middlemarch", 880), ("Persuasion", 249)] {
        db.execute("INSERT INTO books VALUES (?1, ?2)", (title, pages))?;
    }
    let total: i64 = db.query_row("SELECT sum(pages) FROM books", [], |row| row.get(0))?;
    println!("{total} pages");
    Ok(())
}
