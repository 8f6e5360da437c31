// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/platform/web"
)

// FormPage is a form: one column, labels above, help below.
type FormPage struct {
	Title, Lead, Button string // text keys
	What                string // the thing it is about, for the title
	Crumbs              []Crumb
	Inputs              []Input
	Back                string // where giving up leads
	Other               *Crumb // another thing that can be done, or nil
}

// An Input is one field of a form.
type Input struct {
	Name, Value string
	Key         string // text key of the label; with ".help" added, of the help, where Help is set
	Kind        string // "text", "area", "select", "hidden"
	Help        bool
	Required    bool
	Options     []web.Choice
	Fault       *fault.Error // what is wrong with it
}

// text, area and chosen make inputs; the label's key is estate.field.name.
func text(name, value string) Input {
	return Input{Name: name, Value: value, Key: "estate.input." + name, Kind: "text"}
}

func area(name, value string) Input {
	in := text(name, value)
	in.Kind = "area"
	return in
}

func chosen(name, value string, options []web.Choice) Input {
	in := text(name, value)
	in.Kind, in.Options = "select", options
	for i := range options {
		options[i].Chosen = options[i].Value == value
	}
	return in
}

func (in Input) required() Input { in.Required = true; return in }
func (in Input) help() Input     { in.Help = true; return in }

// listedChoices offers the values of a fixed list in words.
func (s *Service) listedChoices(r *http.Request, kind string) []web.Choice {
	var out []web.Choice
	for _, v := range listed[kind] {
		out = append(out, web.Choice{Value: v, Label: s.word(r.Context(), "estate."+kind+"."+v)})
	}
	return out
}

// failed puts what is wrong beside the fields, too.
func (p FormPage) failed(err error) FormPage {
	for _, f := range fault.Say(err) {
		for i := range p.Inputs {
			if err != nil && f.Field != "" && p.Inputs[i].Name == f.Field {
				p.Inputs[i].Fault = f
			}
		}
	}
	return p
}

// sent answers a form that was sent: on to next, or the form again with what is wrong.
func sent(p FormPage, next string, err error) (FormPage, string, error) {
	if err != nil {
		return p.failed(err), "", err
	}
	return p, next, nil
}

// posted reads a form that was sent.
func posted(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Because(err, fault.Invalid, "estate.form")
	}
	return r.PostForm, nil
}

// ConfirmPage asks once more before something that is hard to undo.
type ConfirmPage struct {
	Title, Button string // text keys
	What          string
	Crumbs        []Crumb
	Effects       []Effect
	Back          string
}

// An Effect says what will happen, and to how many.
type Effect struct {
	Key string // text key, counted
	N   int
}
