//! Pins and the boards they are kept on: what there is to advertise.
//!
//! They belong to the business behind the credential rather than to an ad account, which is named so that Pinterest answers for its owner
//! and not for whoever signed in. Reading them takes the scopes `pins:read` and `boards:read` beside that for ads.

use super::{Listed, Pinterest, service::Ask};
use crate::{Error, scalar::Count};
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trimtab_domain::account::Account;

/// The sizes of a pin's picture, in order of preference.
const SIZES: [&str; 4] = ["600x", "1200x", "400x300", "150x150"];

/// Something to look at and click on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pin {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its text.
    pub description: Option<String>,
    /// Where a click leads.
    pub link: Option<String>,
    /// The board it is kept on.
    pub board: Option<String>,
    /// What sort of creative it is (`REGULAR`, `VIDEO`, `CAROUSEL` …).
    pub creative_type: Option<String>,
    /// What it shows (`image`, `video` …).
    pub media_type: Option<String>,
    /// Address of its picture, or of its video's cover.
    pub image: Option<String>,
    /// When it was made, as Pinterest prints it, without a zone.
    pub created_at: Option<String>,
    /// Whether it has ever been an ad.
    pub has_been_promoted: Option<bool>,
}

/// A collection of pins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Board {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its text.
    pub description: Option<String>,
    /// Who sees it (`PUBLIC`, `PROTECTED`, `SECRET`).
    pub privacy: Option<String>,
    /// Pins on it.
    pub pins: Option<i64>,
    /// People who follow it.
    pub followers: Option<i64>,
    /// Whether it exists for ads alone.
    pub is_ads_only: Option<bool>,
    /// When it was made, as Pinterest prints it, without a zone.
    pub created_at: Option<String>,
}

/// Which pins to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinsOf {
    /// All of them.
    #[default]
    Everything,
    /// Those that have ever been an ad.
    Ads,
}

#[derive(Deserialize)]
struct PinRow {
    id: CompactString,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
    board_id: Option<String>,
    creative_type: Option<String>,
    media: Option<Media>,
    created_at: Option<String>,
    has_been_promoted: Option<bool>,
}

#[derive(Deserialize)]
struct Media {
    media_type: Option<String>,
    images: Option<BTreeMap<String, Image>>,
    cover_image_url: Option<String>,
    /// Where there are several, each with its own.
    #[serde(default)]
    items: Vec<Media>,
}

#[derive(Deserialize)]
struct Image {
    url: Option<String>,
}

impl Media {
    fn image(&mut self) -> Option<String> {
        let sized = self.images.as_mut().and_then(|images| SIZES.iter().find_map(|size| images.remove(*size)?.url));
        sized.or_else(|| self.cover_image_url.take()).or_else(|| self.items.iter_mut().find_map(Self::image))
    }
}

impl From<PinRow> for Pin {
    fn from(mut row: PinRow) -> Self {
        Self {
            id: row.id.into(),
            title: said(row.title),
            description: said(row.description),
            link: said(row.link),
            board: said(row.board_id),
            creative_type: row.creative_type,
            image: row.media.as_mut().and_then(Media::image),
            media_type: row.media.and_then(|media| media.media_type),
            created_at: row.created_at,
            has_been_promoted: row.has_been_promoted,
        }
    }
}

#[derive(Deserialize)]
struct BoardRow {
    id: CompactString,
    #[serde(default)]
    name: String,
    description: Option<String>,
    privacy: Option<String>,
    pin_count: Option<Count>,
    follower_count: Option<Count>,
    is_ads_only: Option<bool>,
    created_at: Option<String>,
}

impl From<BoardRow> for Board {
    fn from(row: BoardRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            description: said(row.description),
            privacy: row.privacy,
            pins: row.pin_count.map(|count| count.0),
            followers: row.follower_count.map(|count| count.0),
            is_ads_only: row.is_ads_only,
            created_at: row.created_at,
        }
    }
}

/// Text, unless it is empty.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

impl Pinterest {
    /// The pins of the business behind an account, at most `most`.
    ///
    /// # Errors
    /// [`Error::Auth`] when the credential lacks the scope `pins:read`; else as any read.
    pub async fn pins(&self, account: &Account, which: PinsOf, most: usize) -> Result<Listed<Pin>, Error> {
        let mut params = vec![("ad_account_id", account.id.as_str().into()), ("include_protected_pins", "true".into())];
        if which == PinsOf::Ads {
            params.push(("pin_filter", "has_been_promoted".into()));
        }
        let ask = Ask { account: Some(&account.id), ..Ask::bare("pins", params) };
        self.up_to(&ask, most, |row: &PinRow| &row.id).await
    }

    /// The boards of the business behind an account, at most `most`.
    ///
    /// # Errors
    /// [`Error::Auth`] when the credential lacks the scope `boards:read`; else as any read.
    pub async fn boards(&self, account: &Account, most: usize) -> Result<Listed<Board>, Error> {
        let ask = Ask { account: Some(&account.id), ..Ask::bare("boards", vec![("ad_account_id", account.id.as_str().into())]) };
        self.up_to(&ask, most, |row: &BoardRow| &row.id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(json: &str) -> Pin {
        serde_json::from_str::<PinRow>(json).unwrap().into()
    }

    #[test]
    fn a_pin_shows_its_best_picture_or_its_videos_cover() {
        let image = pin(
            r#"{"id":"1","title":"","media":{"media_type":"image","images":{"150x150":{"url":"small"},"600x":{"url":"good","width":600}}}}"#,
        );
        assert_eq!((image.image.as_deref(), image.media_type.as_deref(), image.title), (Some("good"), Some("image"), None));
        let video = pin(r#"{"id":"2","media":{"media_type":"video","cover_image_url":"cover"}}"#);
        assert_eq!(video.image.as_deref(), Some("cover"));
        let several = pin(
            r#"{"id":"4","media":{"media_type":"multiple_images","items":[{"item_type":"image","images":{"400x300":{"url":"first"}}}]}}"#,
        );
        assert_eq!(several.image.as_deref(), Some("first"));
        assert_eq!(pin(r#"{"id":"3","media":null}"#).image, None);
    }
}
