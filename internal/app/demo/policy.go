// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Policy is what the city decided about licences; people are named by their login, days
// count from the beginning. By asks, Second agrees.
type Policy struct {
	Profile    PolicyProfile     `json:"profile"`
	Contexts   []PolicyContext   `json:"contexts"`
	Choices    []PolicyChoice    `json:"choices"`
	Exceptions []PolicyException `json:"exceptions"`
	Questions  []PolicyQuestion  `json:"questions"`
}

// A PolicyProfile is the city's own, made from one that comes with the program.
type PolicyProfile struct {
	By     string       `json:"by"`
	Second string       `json:"second"`
	Day    int          `json:"day"`
	From   string       `json:"from"`
	ID     string       `json:"id"`
	Title  string       `json:"title"`
	Reason string       `json:"reason"`
	Rules  []PolicyRule `json:"rules"`
}

// A PolicyRule is one that the city added.
type PolicyRule struct {
	ID       string   `json:"id"`
	Verdict  string   `json:"verdict"`
	Contexts []string `json:"contexts"`
	Licences []string `json:"licences"`
	Classes  []string `json:"classes"`
	Note     Text     `json:"note"`
}

// A PolicyContext says how a product is used.
type PolicyContext struct {
	By       string   `json:"by"`
	Day      int      `json:"day"`
	Software string   `json:"software"` // id
	Contexts []string `json:"contexts"`
	Reason   string   `json:"reason"`
}

// A PolicyChoice is what was chosen for a component.
type PolicyChoice struct {
	By        string `json:"by"`
	Day       int    `json:"day"`
	Component string `json:"component"`
	Licence   string `json:"licence"`
	Chosen    string `json:"chosen"`
	Reason    string `json:"reason"`
}

// A PolicyException is what is allowed in spite of the profile. Days is how long; without
// Second it waits.
type PolicyException struct {
	By        string   `json:"by"`
	Second    string   `json:"second"`
	Day       int      `json:"day"`
	Licence   string   `json:"licence"`
	Component string   `json:"component"`
	Software  string   `json:"software"` // id
	Contexts  []string `json:"contexts"`
	Reason    string   `json:"reason"`
	Days      int      `json:"days"`
}

// A PolicyQuestion is one to the licence manager, with opinion and answer where there are
// some.
type PolicyQuestion struct {
	By       string `json:"by"`
	Org      string `json:"org"`
	Day      int    `json:"day"`
	Software string `json:"software"` // id
	Licence  string `json:"licence"`
	Context  string `json:"context"`
	Text     string `json:"text"`
	Opinion  string `json:"opinion"`
	Decider  string `json:"decider"`
	Answer   string `json:"answer"`
	Reason   string `json:"reason"`
	Scope    string `json:"scope"`
}
