//! What a chat may be shown: text in styled runs, rows of buttons, and who may see it. Adapters render it.
//!
//! Knows nothing of any chat platform, its limits or its markup.

use crate::action::Tap;

/// One message, to be sent or edited into place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    pub text: Vec<Span>,
    pub rows: Vec<Vec<Button>>,
    pub privacy: Privacy,
    /// Shown with the text as its caption. For new messages only: an edit leaves it as it is.
    pub picture: Option<Picture>,
}

/// A picture, as PNG.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(pub std::sync::Arc<[u8]>);

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture({} bytes)", self.0.len())
    }
}

/// A run of text in one style. Line breaks are `\n` inside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Plain(String),
    Bold(String),
    Italic(String),
    /// Monospaced; a tap copies it where the platform can.
    Code(String),
}

impl Span {
    /// The text without its style.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Bold(text) | Self::Italic(text) | Self::Code(text) => text,
        }
    }
}

/// Who may see a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// Everyone in the chat.
    #[default]
    Public,
    /// Only the person who asked.
    OnlyActor,
}

/// One button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    pub press: Press,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Asks the shop something.
    Tap(Tap),
    /// Will ask this, and does not work yet: greyed out where a platform can, else the shop answers how long it takes.
    Later(Tap),
    /// Copies this text on the person's device.
    Copy(String),
}

impl Button {
    pub fn tap(label: impl Into<String>, tap: Tap) -> Self {
        Self { label: label.into(), press: Press::Tap(tap) }
    }

    pub fn later(label: impl Into<String>, tap: Tap) -> Self {
        Self { label: label.into(), press: Press::Later(tap) }
    }

    pub fn copy(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), press: Press::Copy(text.into()) }
    }
}

impl Screen {
    pub fn new(text: Vec<Span>) -> Self {
        Self { text, ..Self::default() }
    }

    /// Adds a row of buttons; an empty one is left out.
    #[must_use]
    pub fn row(mut self, buttons: Vec<Button>) -> Self {
        if !buttons.is_empty() {
            self.rows.push(buttons);
        }
        self
    }

    #[must_use]
    pub fn with_picture(mut self, picture: Picture) -> Self {
        self.picture = Some(picture);
        self
    }

    #[must_use]
    pub fn only_for_actor(mut self) -> Self {
        self.privacy = Privacy::OnlyActor;
        self
    }

    /// All text without its style.
    pub fn plain(&self) -> String {
        self.text.iter().map(Span::text).collect()
    }
}

/// The shop's answer to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing to show now; what follows comes by itself.
    Nothing,
    /// A short notice beside the chat, or a message where the platform has none.
    Toast(Toast),
    /// A screen.
    Show { screen: Screen, place: Place, toast: Option<Toast> },
}

/// Where a screen goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Over the message whose button was tapped; a new message when there is none.
    Edit,
    /// A new message.
    New,
}

/// A short notice. `alert` asks the person to dismiss it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub alert: bool,
}
