//! Comments of the `.proto` files, as the text of the document.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, FileDescriptor};

use super::words::camel_case;

/// Leading comments by file and place.
pub struct Comments(BTreeMap<String, BTreeMap<Vec<i32>, String>>);

impl Comments {
    /// Collects the comments of our files.
    pub fn of(pool: &DescriptorPool) -> Self {
        let files = pool
            .files()
            .filter(|file| file.package_name().starts_with("pfms."));
        Self(
            files
                .map(|file| (file.name().to_owned(), leading(&file)))
                .collect(),
        )
    }

    /// The comment at a place, in paragraphs; empty when there is none.
    pub fn at(&self, file: &FileDescriptor, path: &[i32]) -> &str {
        self.0
            .get(file.name())
            .and_then(|comments| comments.get(path))
            .map_or("", String::as_str)
    }
}

fn leading(file: &FileDescriptor) -> BTreeMap<Vec<i32>, String> {
    let Some(info) = &file.file_descriptor_proto().source_code_info else {
        return BTreeMap::new();
    };
    info.location
        .iter()
        .filter_map(|location| {
            Some((
                location.path.clone(),
                json_names(&paragraphs(location.leading_comments.as_deref()?)),
            ))
        })
        .collect()
}

/// Joins the lines of each paragraph.
fn paragraphs(comment: &str) -> String {
    let mut out = String::new();
    let mut fresh = true;
    for line in comment.lines().map(str::trim) {
        if line.is_empty() {
            fresh = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if fresh { "\n\n" } else { " " });
        }
        out.push_str(line);
        fresh = false;
    }
    out
}

/// Comments name fields as the `.proto` files do; readers of the document know their JSON names.
fn json_names(comment: &str) -> String {
    let mut out = String::new();
    for (index, part) in comment.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 1 {
            out.push_str(&camel_case(part));
        } else {
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{json_names, paragraphs};

    #[test]
    fn lines_are_joined_and_paragraphs_kept() {
        assert_eq!(paragraphs(" One\n two.\n\n Three.\n"), "One two.\n\nThree.");
    }

    #[test]
    fn fields_get_their_json_names() {
        assert_eq!(
            json_names("`next_page_token` of page_size"),
            "`nextPageToken` of page_size"
        );
    }
}
