//! `allow_helpers`, `deny_helpers`: what programs may call; and what the kernel lets
//! only GPL-compatible programs call.

use mapgen_schema::codes::{self, Code};

use super::{Policy, plain, sites};
use crate::code::{ProgramCode, Site, What};
use crate::diagnostic::Diagnostic;
use crate::facts::{self, Release};
use crate::read::Object;

/// Newer than every kernel: what holds from some release on holds there.
const NEWEST: Release = Release {
    major: u32::MAX,
    minor: 0,
};

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let check = Check { object, policy };
    check.kept_types(found);
    if object.code.is_empty() {
        check.helpers_of_schema(found);
    } else {
        check.code(found);
    }
}

struct Check<'a> {
    object: &'a Object,
    policy: &'a Policy,
}

/// A rule that a call breaks.
struct Broken {
    code: Code,
    message: String,
    origin: Option<String>,
    help: String,
}

impl Check<'_> {
    fn code(&self, found: &mut Vec<Diagnostic>) {
        let lists = !self.policy.allow_helpers.is_empty() || !self.policy.deny_helpers.is_empty();
        if !lists && facts::is_gpl_compatible(&self.object.schema.license) {
            return;
        }
        let is_call =
            |_: &ProgramCode, site: &Site<'_>| !matches!(site.what(), What::Instruction(_));
        for sites in sites::wanted(self.object, is_call) {
            let broken = self.broken(sites.first().what()).into_iter();
            found.extend(broken.map(|broken| sites.place(self.diagnostic(broken))));
        }
    }

    /// "LSM programs must have a GPL compatible license" (`bpf_lsm_verify_prog`), and so must
    /// those of struct_ops (`check_struct_ops_btf_id`), whatever they call.
    fn kept_types(&self, found: &mut Vec<Diagnostic>) {
        let schema = &self.object.schema;
        if facts::is_gpl_compatible(&schema.license) {
            return;
        }
        let kept = |kind: &str| matches!(kind, "lsm" | "struct_ops");
        for program in schema.programs.iter().filter(|program| kept(&program.kind)) {
            let what = format!("program type `{}`", program.kind);
            let place = format!("program `{}`", program.name);
            found.push(self.diagnostic(self.kept(&what, "")).place(place));
        }
    }

    fn helpers_of_schema(&self, found: &mut Vec<Diagnostic>) {
        for program in &self.object.schema.programs {
            for name in &program.helpers {
                for broken in self.broken_by("helper", name) {
                    let place = format!("program `{}`", program.name);
                    found.push(self.diagnostic(broken).place(place));
                }
            }
        }
    }

    fn diagnostic(&self, broken: Broken) -> Diagnostic {
        let object = &self.object.schema.object;
        let mut diagnostic = Diagnostic::new(broken.code, object, broken.message);
        diagnostic.origin = broken.origin;
        diagnostic.help(broken.help)
    }

    fn broken(&self, what: &What) -> Vec<Broken> {
        match what {
            What::Helper(id) => self.broken_by("helper", &facts::helper_name(*id)),
            What::Kfunc(name) => self.broken_by("kfunc", name),
            What::Instruction(_) => Vec::new(),
        }
    }

    fn broken_by(&self, what: &str, name: &str) -> Vec<Broken> {
        let mut broken = Vec::new();
        let called = plain(name);
        let shown = name.strip_prefix("bpf_").unwrap_or(name);
        for allowed in &self.policy.allow_helpers {
            if allowed.value.iter().all(|name| plain(name) != called) {
                broken.push(Broken {
                    code: codes::allow_helpers,
                    message: format!("{what} `{name}` is not among those of `allow_helpers`"),
                    origin: Some(allowed.origin.to_string()),
                    help: format!("add `{shown}` to `allow_helpers`, or do without it"),
                });
                // The list of the builder and that of the file say the same.
                break;
            }
        }
        let mut denied = self.policy.deny_helpers.iter();
        if let Some(denied) = denied.find(|denied| plain(&denied.value) == called) {
            broken.push(Broken {
                code: codes::deny_helpers,
                message: format!("{what} `{name}` is among those of `deny_helpers`"),
                origin: Some(denied.origin.to_string()),
                help: "do without it".to_owned(),
            });
        }
        broken.extend(self.gpl(what, name));
        broken
    }

    fn gpl(&self, what: &str, name: &str) -> Option<Broken> {
        let license = &self.object.schema.license;
        let stated = self.policy.min_kernel.as_ref();
        let kernel = stated.map_or(NEWEST, |stated| stated.value);
        // `add_kfunc_call`: "cannot call kernel function from non-GPL compatible program".
        let only = what == "kfunc" || facts::is_gpl_only(name, kernel);
        if !only || facts::is_gpl_compatible(license) {
            return None;
        }
        let older = what == "helper" && !facts::is_gpl_only(name, NEWEST);
        let before = if older {
            format!(" by Linux {kernel}, which is `min_kernel`,")
        } else {
            String::new()
        };
        Some(self.kept(&format!("{what} `{name}`"), &before))
    }

    fn kept(&self, what: &str, before: &str) -> Broken {
        let license = match self.object.schema.license.as_str() {
            "" => "it has none".to_owned(),
            license => format!("its licence is `{license}`"),
        };
        Broken {
            code: codes::gpl_only,
            message: format!(
                "{what} is kept{before} for programs of a GPL-compatible licence, {license}"
            ),
            origin: None,
            help: "say `char LICENSE[] SEC(\"license\") = \"GPL\";` (or `Dual BSD/GPL`, `Dual \
                   MIT/GPL`, `Dual MPL/GPL`), or do without it"
                .to_owned(),
        }
    }
}
