//! ELF files for the tests: nothing but what a loader reads before it runs them.

use object::Endianness;
use object::elf;
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, Verdef, Vernaux, Verneed, Writer};

/// A program, when it has an interpreter, or else a library.
#[derive(Debug, Clone, Copy)]
pub(in crate::verify) struct Binary<'a> {
    pub(in crate::verify) machine: elf::Machine,
    pub(in crate::verify) wide: bool,
    pub(in crate::verify) interpreter: &'a str,
    pub(in crate::verify) soname: &'a str,
    pub(in crate::verify) needed: &'a [&'a str],
    pub(in crate::verify) rpath: &'a str,
    pub(in crate::verify) runpath: &'a str,
    /// A library and the version of it that must be there.
    pub(in crate::verify) wants: &'a [(&'a str, &'a str)],
    pub(in crate::verify) offers: &'a [&'a str],
}

/// What a library offers that has versions at all.
pub(in crate::verify) const TWO_DEFINITIONS: &[&str] = &["GLIBC_2.2.5", "GLIBC_2.36"];

impl Default for Binary<'_> {
    fn default() -> Self {
        Self {
            machine: elf::EM_X86_64,
            wide: true,
            interpreter: "",
            soname: "",
            needed: &[],
            rpath: "",
            runpath: "",
            wants: &[],
            offers: &[],
        }
    }
}

/// By how much addresses lie above places in the file.
const LOADED_AT: u64 = 0x10_0000;

impl<'a> Binary<'a> {
    /// Its bytes.
    pub(in crate::verify) fn bytes(self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::new(Endianness::Little, self.wide, &mut out);
        let strings = self.strings(&mut writer);
        writer.reserve_file_header();
        let segments = 2 + u32::from(!self.interpreter.is_empty());
        writer.reserve_program_headers(segments);
        let interpreter = writer.reserve(self.interpreter.len() as u64 + 1, 1);
        let names = writer.reserve_dynstr().unwrap();
        let entries = strings.len() + 3;
        let dynamic = writer.reserve_dynamic(entries);
        let definitions = u16::try_from(self.offers.len()).unwrap();
        let needs = u16::try_from(self.wants.len()).unwrap();
        writer.reserve_gnu_verdef(definitions, self.offers.len());
        writer.reserve_gnu_verneed(needs, self.wants.len());
        writer.reserve_null_section_index();
        writer.reserve_dynstr_section_index();
        writer.reserve_dynamic_section_index();
        if definitions > 0 {
            writer.reserve_gnu_verdef_section_index();
        }
        if needs > 0 {
            writer.reserve_gnu_verneed_section_index();
        }
        writer.reserve_shstrtab_section_index();
        writer.reserve_shstrtab().unwrap();
        writer.reserve_section_headers();

        let all = writer.reserved_len();
        writer.write_file_header(&self.header()).unwrap();
        writer.write_align_program_headers();
        let mut segment = |p_type, p_offset: u64, p_filesz| {
            writer.write_program_header(&ProgramHeader {
                p_type,
                p_flags: elf::PF_R,
                p_offset,
                p_vaddr: p_offset + LOADED_AT,
                p_paddr: p_offset + LOADED_AT,
                p_filesz,
                p_memsz: p_filesz,
                p_align: 1,
            });
        };
        if !self.interpreter.is_empty() {
            segment(
                elf::PT_INTERP,
                interpreter,
                self.interpreter.len() as u64 + 1,
            );
        }
        segment(elf::PT_LOAD, 0, all);
        let entry_size = if self.wide { 16 } else { 8 };
        segment(elf::PT_DYNAMIC, dynamic, entries as u64 * entry_size);
        writer.write(self.interpreter.as_bytes());
        writer.write(&[0]);
        writer.write_dynstr();
        writer.write_align_dynamic();
        for (tag, id) in &strings {
            writer.write_dynamic_string(*tag, *id).unwrap();
        }
        let size = u64::from(writer.dynstr_len());
        writer
            .write_dynamic(elf::DT_STRTAB, names + LOADED_AT)
            .unwrap();
        writer.write_dynamic(elf::DT_STRSZ, size).unwrap();
        writer.write_dynamic(elf::DT_NULL, 0).unwrap();
        self.write_versions(&mut writer);
        writer.write_shstrtab();
        writer.write_null_section_header();
        writer.write_dynstr_section_header(names + LOADED_AT);
        writer.write_dynamic_section_header(dynamic + LOADED_AT);
        writer.write_gnu_verdef_section_header(0);
        writer.write_gnu_verneed_section_header(0);
        writer.write_shstrtab_section_header();
        drop(writer);
        out
    }

    fn header(&self) -> FileHeader {
        FileHeader {
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            e_type: elf::ET_DYN,
            e_machine: self.machine,
            e_entry: 0,
            e_flags: elf::FileFlags(0),
        }
    }

    /// The dynamic entries that are texts.
    fn strings(&self, writer: &mut Writer<'a>) -> Vec<(elf::DynamicTag, StringId)> {
        let texts = [
            (elf::DT_SONAME, self.soname),
            (elf::DT_RPATH, self.rpath),
            (elf::DT_RUNPATH, self.runpath),
        ];
        let needed = self.needed.iter().map(|name| (elf::DT_NEEDED, *name));
        let all: Vec<_> = texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .chain(needed)
            .collect();
        for text in self
            .wants
            .iter()
            .flat_map(|(library, version)| [library, version])
        {
            writer.add_dynamic_string(text.as_bytes());
        }
        for text in self.offers {
            writer.add_dynamic_string(text.as_bytes());
        }
        writer.require_dynstr();
        all.into_iter()
            .map(|(tag, text)| (tag, writer.add_dynamic_string(text.as_bytes())))
            .collect()
    }

    fn write_versions(&self, writer: &mut Writer<'a>) {
        writer.write_align_gnu_verdef();
        for (at, version) in self.offers.iter().enumerate() {
            let id = writer.get_dynamic_string(version.as_bytes());
            let name = writer.dynamic_string_offset(Some(id));
            writer.write_gnu_verdef(&Verdef {
                version: elf::VER_DEF_CURRENT,
                flags: elf::VersionFlags(0),
                index: elf::VersionIndex(u16::try_from(at).unwrap() + 2),
                aux_count: 1,
                name,
                hash: elf::hash(version.as_bytes()),
            });
        }
        writer.write_align_gnu_verneed();
        for (at, (library, version)) in self.wants.iter().enumerate() {
            let [file, name] = [library, version].map(|text| {
                let id = writer.get_dynamic_string(text.as_bytes());
                writer.dynamic_string_offset(Some(id))
            });
            writer.write_gnu_verneed(&Verneed {
                version: elf::VER_NEED_CURRENT,
                aux_count: 1,
                file,
            });
            writer.write_gnu_vernaux(&Vernaux {
                flags: elf::VersionFlags(0),
                index: elf::VersionIndex(u16::try_from(at).unwrap() + 32),
                name,
                hash: elf::hash(version.as_bytes()),
            });
        }
    }
}
