//! What an ELF file asks of the files around it: in go its bytes, out come its loader, the
//! libraries that it needs and where it wants them looked for, and the symbol versions that it
//! wants and offers.
//!
//! Loader and libraries are read as the loader does it, by the program headers; versions by the
//! section headers, where `object` reads them. A file without these says nothing of versions.

use std::cell::Cell;
use std::collections::BTreeSet;

use object::read::StringTable;
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionTable};
use object::{Endianness, FileKind, elf};

/// What of an ELF file is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elf {
    /// For which machine it is.
    pub machine: Machine,
    /// Whether it is a program or a library.
    pub role: Role,
    /// The loader that it names (`PT_INTERP`).
    pub interpreter: Option<String>,
    /// The libraries that it needs (`DT_NEEDED`), in order.
    pub needed: Vec<String>,
    /// Where it has libraries looked for, its own and those of what it loads (`DT_RPATH`).
    pub rpath: Vec<String>,
    /// Where it has only its own libraries looked for (`DT_RUNPATH`).
    pub runpath: Vec<String>,
    /// The name under which others need it (`DT_SONAME`).
    pub soname: Option<String>,
    /// Versions that must be in other libraries: the library and the version.
    pub wants: Vec<(String, String)>,
    /// Versions that it defines.
    pub offers: BTreeSet<String>,
}

/// A machine, as far as two files must agree in it to be loaded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Machine {
    /// The number of the architecture (`e_machine`).
    pub number: u16,
    /// Whether it is of 64 bits.
    pub wide: bool,
    /// Whether its bytes are in little-endian order.
    pub little_endian: bool,
}

/// What an ELF file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// It is executed.
    Program,
    /// It is loaded by others.
    #[default]
    Library,
}

/// What reading the bytes of an ELF file has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A program or library.
    Linked(Elf),
    /// A relocatable file, a core dump: nothing that is executed or loaded.
    Object,
    /// No ELF file at all.
    Damaged,
}

/// Most libraries, folders or versions that are taken from one file. Real files have hundreds.
const MANY: usize = 8192;

/// The texts that are taken from a file: together no more bytes than the file has, so that one
/// that names the same text again and again does not fill the memory.
struct Texts {
    left: Cell<usize>,
}

impl Texts {
    fn of(data: &[u8]) -> Self {
        let left = Cell::new(data.len());
        Self { left }
    }

    fn take(&self, bytes: &[u8]) -> Option<String> {
        self.left.set(self.left.get().checked_sub(bytes.len())?);
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Elf {
    /// Reads the bytes of a file.
    pub(super) fn read(data: &[u8]) -> Parsed {
        match FileKind::parse(data) {
            Ok(FileKind::Elf32) => parsed::<elf::FileHeader32<Endianness>>(data),
            Ok(FileKind::Elf64) => parsed::<elf::FileHeader64<Endianness>>(data),
            _ => Parsed::Damaged,
        }
    }
}

fn parsed<H: FileHeader<Endian = Endianness>>(data: &[u8]) -> Parsed {
    let Some((header, endian)) = H::parse(data)
        .ok()
        .and_then(|header| Some((header, header.endian().ok()?)))
    else {
        return Parsed::Damaged;
    };
    match header.e_type(endian) {
        elf::ET_EXEC | elf::ET_DYN => {
            linked(header, endian, data).map_or(Parsed::Damaged, Parsed::Linked)
        }
        _ => Parsed::Object,
    }
}

fn linked<H: FileHeader<Endian = Endianness>>(
    header: &H,
    endian: Endianness,
    data: &[u8],
) -> Option<Elf> {
    let texts = Texts::of(data);
    let segments = header.program_headers(endian, data).ok()?;
    let mut found = Elf {
        machine: Machine {
            number: header.e_machine(endian).0,
            wide: header.is_class_64(),
            little_endian: header.is_little_endian(),
        },
        ..Elf::default()
    };
    for segment in segments {
        if let Some(interpreter) = segment.interpreter(endian, data).ok()? {
            found.interpreter = Some(texts.take(interpreter)?);
        }
        if let Some(entries) = segment.dynamic(endian, data).ok()? {
            found.take_dynamic::<H>(segments, entries, endian, data, &texts)?;
        }
    }
    let executed = header.e_type(endian) == elf::ET_EXEC || found.interpreter.is_some();
    if executed {
        found.role = Role::Program;
    }
    if let Ok(sections) = header.sections(endian, data) {
        found.wants = wanted(&sections, endian, data, &texts).unwrap_or_default();
        found.offers = offered(&sections, endian, data, &texts).unwrap_or_default();
    }
    Some(found)
}

impl Elf {
    fn take_dynamic<H: FileHeader<Endian = Endianness>>(
        &mut self,
        segments: &[H::ProgramHeader],
        entries: &[H::Dyn],
        endian: Endianness,
        data: &[u8],
        texts: &Texts,
    ) -> Option<()> {
        let entries = || {
            entries
                .iter()
                .map(|entry| (entry.tag(endian), entry))
                .take_while(|(tag, _)| *tag != elf::DT_NULL)
        };
        let value = |wanted| {
            entries()
                .find(|(tag, _)| *tag == wanted)
                .map(|(_, entry)| entry.val(endian))
        };
        let Some((address, size)) = value(elf::DT_STRTAB).zip(value(elf::DT_STRSZ)) else {
            return Some(());
        };
        let start = offset(segments, endian, address)?;
        let strings = StringTable::new(data, start, start.checked_add(size)?);
        for (tag, entry) in entries() {
            let text = || texts.take(entry.string(endian, strings).ok()?);
            match tag {
                elf::DT_NEEDED if self.needed.len() < MANY => self.needed.push(text()?),
                elf::DT_SONAME => self.soname = Some(text()?),
                elf::DT_RPATH => self.rpath = folders(&text()?),
                elf::DT_RUNPATH => self.runpath = folders(&text()?),
                elf::DT_FLAGS_1
                    if elf::DynamicFlags1(entry.val(endian)).contains(elf::DF_1_PIE) =>
                {
                    self.role = Role::Program;
                }
                _ => {}
            }
        }
        Some(())
    }
}

/// Where in the file an address lies that is loaded from it.
fn offset<P: ProgramHeader<Endian = Endianness>>(
    segments: &[P],
    endian: Endianness,
    address: u64,
) -> Option<u64> {
    segments
        .iter()
        .filter(|segment| segment.p_type(endian) == elf::PT_LOAD)
        .find_map(|segment| {
            let (start, size) = segment.file_range(endian);
            let into = address.checked_sub(segment.p_vaddr(endian).into())?;
            (into < size).then(|| start.checked_add(into))?
        })
}

fn folders(path: &str) -> Vec<String> {
    path.split(':')
        .filter(|folder| !folder.is_empty())
        .take(MANY)
        .map(str::to_owned)
        .collect()
}

/// The versions that must be there. A weak one may be absent: the loader says so and goes on.
fn wanted<H: FileHeader<Endian = Endianness>>(
    sections: &SectionTable<'_, H>,
    endian: Endianness,
    data: &[u8],
    texts: &Texts,
) -> Option<Vec<(String, String)>> {
    let (needs, link) = sections.gnu_verneed(endian, data).ok()??;
    let strings = sections.strings(endian, data, link).ok()?;
    let mut wants = Vec::new();
    for need in needs.take(MANY) {
        let (need, versions) = need.ok()?;
        let library = need.file(endian, strings).ok()?;
        for version in versions.take(MANY - wants.len()) {
            let version = version.ok()?;
            if !version.vna_flags.get(endian).contains(elf::VER_FLG_WEAK) {
                let version = version.name(endian, strings).ok()?;
                wants.push((texts.take(library)?, texts.take(version)?));
            }
        }
    }
    Some(wants)
}

/// The versions that are defined, without the first, which is the name of the file itself.
fn offered<H: FileHeader<Endian = Endianness>>(
    sections: &SectionTable<'_, H>,
    endian: Endianness,
    data: &[u8],
    texts: &Texts,
) -> Option<BTreeSet<String>> {
    let (definitions, link) = sections.gnu_verdef(endian, data).ok()??;
    let strings = sections.strings(endian, data, link).ok()?;
    let mut offers = BTreeSet::new();
    for definition in definitions.take(MANY) {
        let (definition, mut names) = definition.ok()?;
        if definition.vd_flags.get(endian).contains(elf::VER_FLG_BASE) {
            continue;
        }
        if let Some(version) = names.next().ok()? {
            offers.insert(texts.take(version.name(endian, strings).ok()?)?);
        }
    }
    Some(offers)
}
