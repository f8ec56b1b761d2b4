/// What the model is called.
pub fn name() -> &'static str {
    "model"
}
