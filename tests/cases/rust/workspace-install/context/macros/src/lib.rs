use proc_macro::TokenStream;

#[proc_macro]
pub fn here(_: TokenStream) -> TokenStream {
    let out = std::process::Command::new("git").arg("describe").output();
    quote::quote!(#out).into()
}
