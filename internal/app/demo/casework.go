// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Case is a request with what came of it. Days count from the beginning of the demonstration.
type Case struct {
	Day   int               `json:"day"`
	By    string            `json:"by"` // login of who asks
	Org   string            `json:"org"`
	Type  string            `json:"type"` // id of a procedure
	Title string            `json:"title"`
	Facts map[string]string `json:"facts"`
	Then  []CaseStep        `json:"then"`
}

// A CaseStep is one thing that happens in a case: a task is done or taken, a step is taken (by
// two people where Second is one), somebody says something.
type CaseStep struct {
	Day    int               `json:"day"`
	By     string            `json:"by"`
	Task   string            `json:"task"`
	Take   string            `json:"take"`
	Move   string            `json:"move"`
	Text   string            `json:"text"` // result, reason or comment
	Second string            `json:"second"`
	Facts  map[string]string `json:"facts"`
}
