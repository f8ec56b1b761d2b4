//! The JSON Schema of `.restage.yaml`, for editors: made from the types that read it, and held by
//! a test to the file in `docs/`.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::file::File;
use super::name::{Name, Toolchain};
use crate::options::{Cache, Runtime, User};
use crate::outcome::{Class, Code};
use crate::toolchain;

/// The schema of a value that has a text form.
pub(super) trait Described {
    fn schema() -> Schema;
}

impl Described for Runtime {
    fn schema() -> Schema {
        json_schema!({"enum": Runtime::ALL.map(Runtime::as_str)})
    }
}

impl Described for Cache {
    fn schema() -> Schema {
        json_schema!({"enum": Cache::ALL.map(Cache::as_str)})
    }
}

impl Described for Toolchain {
    fn schema() -> Schema {
        json_schema!({"enum": toolchain::ALL.map(toolchain::Toolchain::name)})
    }
}

impl Described for Code {
    fn schema() -> Schema {
        let expected = |code: &&Code| code.class() == Class::Declined && **code != Code::Internal;
        let names: Vec<_> = Code::ALL
            .iter()
            .filter(expected)
            .map(|code| code.as_str())
            .collect();
        json_schema!({"enum": names})
    }
}

impl Described for User {
    fn schema() -> Schema {
        json_schema!({"anyOf": [
            {"enum": ["nonroot", "keep"]},
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^[0-9]+(:[0-9]+)?$"},
        ]})
    }
}

impl<T: Described> JsonSchema for Name<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

/// The schema of a runtime for each toolchain.
pub(super) fn runtimes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": Toolchain::schema(),
        "additionalProperties": Runtime::schema(),
        "default": {},
    })
}

#[test]
fn the_schema_in_the_repository_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/config.schema.json");
    let generator = schemars::generate::SchemaSettings::default().into_generator();
    let mut schema = generator.into_root_schema_for::<File>();
    schema.insert("$id".to_owned(), "restage-config-1".into());
    let expected = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("RESTAGE_BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, expected, "run again with RESTAGE_BLESS=1");
}
