//! Puts tokens together to a document.

use super::{
    Definition, Document, Literal, Parsed, Selection, Spot, Syntax, Verb,
    lexer::{Token, tokens},
};
use serde_json::Value;
use std::collections::HashMap;

/// Selections within selections, at most.
const DEPTH_MAX: usize = 60;

struct Parser {
    tokens: Vec<(Token, Spot)>,
    place: usize,
    depth: usize,
}

/// Reads a whole document.
pub(super) fn document(text: &str) -> Result<Document, Syntax> {
    let mut parser = Parser { tokens: tokens(text)?, place: 0, depth: 0 };
    let mut document = Document { operations: Vec::new(), fragments: HashMap::new() };
    while *parser.peek() != Token::End {
        if parser.is_word("fragment") {
            parser.take();
            let name = parser.name()?;
            parser.word("on")?;
            parser.name()?;
            let selections = parser.selections()?;
            document.fragments.insert(name, selections);
        } else {
            document.operations.push(parser.operation()?);
        }
    }
    if document.operations.is_empty() {
        return Err(parser.unexpected());
    }
    Ok(document)
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last token is the end, which is never taken.
        &self.tokens[self.place].0
    }

    fn at(&self) -> Spot {
        self.tokens[self.place].1
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.place += 1;
        }
        token
    }

    fn unexpected(&self) -> Syntax {
        Syntax { message: format!("syntax error, unexpected {}", self.peek().label()), at: self.at(), code: None }
    }

    fn is_sign(&self, sign: char) -> bool {
        *self.peek() == Token::Sign(sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name == word)
    }

    /// Takes a sign if it stands here.
    fn given(&mut self, sign: char) -> bool {
        let given = self.is_sign(sign);
        if given {
            self.take();
        }
        given
    }

    fn sign(&mut self, sign: char) -> Result<(), Syntax> {
        if self.given(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn word(&mut self, word: &str) -> Result<(), Syntax> {
        if self.is_word(word) {
            self.take();
            return Ok(());
        }
        Err(self.unexpected())
    }

    fn name(&mut self) -> Result<String, Syntax> {
        let Token::Name(name) = self.peek().clone() else { return Err(self.unexpected()) };
        self.take();
        Ok(name)
    }

    fn operation(&mut self) -> Result<Definition, Syntax> {
        let at = self.at();
        let mut definition = Definition { verb: Verb::Query, name: None, variables: Vec::new(), selections: Vec::new(), at };
        if !self.is_sign('{') {
            definition.verb = if self.is_word("query") {
                Verb::Query
            } else if self.is_word("mutation") {
                Verb::Mutation
            } else {
                return Err(self.unexpected());
            };
            self.take();
            if matches!(self.peek(), Token::Name(_)) {
                definition.name = Some(self.name()?);
            }
            if self.given('(') {
                while !self.given(')') {
                    definition.variables.push(self.variable()?);
                }
            }
        }
        definition.selections = self.selections()?;
        Ok(definition)
    }

    fn variable(&mut self) -> Result<(String, Option<Literal>, bool), Syntax> {
        self.sign('$')?;
        let name = self.name()?;
        self.sign(':')?;
        let required = self.kind()?;
        let default = if self.given('=') { Some(self.literal()?) } else { None };
        Ok((name, default, required))
    }

    /// A type; answers whether null is none of its values.
    fn kind(&mut self) -> Result<bool, Syntax> {
        if self.given('[') {
            // A list of lists has no place in the arguments that are served.
            self.name()?;
            self.given('!');
            self.sign(']')?;
        } else {
            self.name()?;
        }
        Ok(self.given('!'))
    }

    fn selections(&mut self) -> Result<Vec<Selection>, Syntax> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Syntax { message: "Query is nested too deeply".to_owned(), at: self.at(), code: None });
        }
        self.sign('{')?;
        let mut selections = vec![self.selection()?];
        while !self.given('}') {
            selections.push(self.selection()?);
        }
        self.depth -= 1;
        Ok(selections)
    }

    fn selection(&mut self) -> Result<Selection, Syntax> {
        let at = self.at();
        if *self.peek() == Token::Spread {
            self.take();
            if self.is_word("on") {
                self.take();
                self.name()?;
                return Ok(Selection::Inline(self.selections()?));
            }
            if self.is_sign('{') {
                return Ok(Selection::Inline(self.selections()?));
            }
            return Ok(Selection::Spread(self.name()?, at));
        }
        let key = self.name()?;
        let name = if self.given(':') { self.name()? } else { key.clone() };
        let mut arguments = Vec::new();
        if self.given('(') {
            while !self.given(')') {
                let argument = self.name()?;
                self.sign(':')?;
                arguments.push((argument, self.literal()?));
            }
        }
        let selections = if self.is_sign('{') { self.selections()? } else { Vec::new() };
        Ok(Selection::Field(Box::new(Parsed { key, name, arguments, selections, at })))
    }

    fn literal(&mut self) -> Result<Literal, Syntax> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Syntax { message: "Query is nested too deeply".to_owned(), at: self.at(), code: None });
        }
        let literal = self.bare_literal()?;
        self.depth -= 1;
        Ok(literal)
    }

    fn bare_literal(&mut self) -> Result<Literal, Syntax> {
        let at = self.at();
        if self.given('$') {
            return Ok(Literal::Variable(self.name()?, at));
        }
        if self.given('[') {
            let mut items = Vec::new();
            while !self.given(']') {
                items.push(self.literal()?);
            }
            return Ok(Literal::List(items));
        }
        if self.given('{') {
            let mut fields = Vec::new();
            while !self.given('}') {
                let name = self.name()?;
                self.sign(':')?;
                fields.push((name, self.literal()?));
            }
            return Ok(Literal::Object(fields));
        }
        match self.peek().clone() {
            Token::Text(text) => {
                self.take();
                Ok(Literal::Plain(Value::from(text)))
            }
            Token::Number(number) => {
                self.take();
                Ok(Literal::Plain(Value::Number(number)))
            }
            Token::Name(name) => {
                self.take();
                Ok(match name.as_str() {
                    "true" => Literal::Plain(Value::Bool(true)),
                    "false" => Literal::Plain(Value::Bool(false)),
                    "null" => Literal::Plain(Value::Null),
                    _ => Literal::Word(name),
                })
            }
            _ => Err(self.unexpected()),
        }
    }
}
