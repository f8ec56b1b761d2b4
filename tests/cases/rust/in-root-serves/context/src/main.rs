use tower_http::services::ServeDir;

fn main() {
    drop(ServeDir::new("."));
}
