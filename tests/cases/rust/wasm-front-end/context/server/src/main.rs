use tower_http::services::ServeDir;

fn main() {
    let pages = ServeDir::new("pages/dist");
    drop(pages);
}
