// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// An Idea is one with what people made of it. Days count from the beginning of the demonstration.
type Idea struct {
	Day     int         `json:"day"`
	By      string      `json:"by"` // login of who brings it
	Title   string      `json:"title"`
	Purpose string      `json:"purpose"`
	Asker   string      `json:"asker"`
	Scores  []IdeaScore `json:"scores"`
	Comment string      `json:"comment"` // of who brings it
	Decided *IdeaStep   `json:"decided"`
	Follow  *IdeaStep   `json:"follow"`
}

// An IdeaScore is what a person gives: points with their reason, by criterion.
type IdeaScore struct {
	By     string               `json:"by"`
	Points map[string][2]string `json:"points"`
}

// An IdeaStep is a decision, or what became of it. Again are days after it.
type IdeaStep struct {
	Day    int    `json:"day"`
	By     string `json:"by"`
	What   string `json:"what"`
	Reason string `json:"reason"`
	Again  int    `json:"again"`
}
