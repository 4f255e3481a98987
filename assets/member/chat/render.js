// A message as elements. Everything people wrote goes in as text, never as markup.
const LINK = /https?:\/\/[^\s<>"'，。！？；：）】]+/g;

export function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function icon(name) {
  return document.getElementById(`icon-${name}`)?.content.cloneNode(true) ?? "";
}

// The same as qunlian.site.wording: initials and a steady colour.
export function initials(name) {
  const chinese = [...name].filter((letter) => letter >= "\u4e00" && letter <= "\u9fff");
  if (chinese.length) return chinese.slice(-2).join("");
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase() || "?";
}

export function hue(name) {
  return [...name].reduce((sum, letter, place) => sum + letter.codePointAt(0) * (place + 1), 0) % 8;
}

// A picture's place, kept before it has come: 200 × 260 at most.
function fitted(width, height) {
  const scale = Math.min(1, 200 / width, 260 / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

export class Renderer {
  constructor({ me, urls, words, answers, staff, act }) {
    Object.assign(this, { me, urls, words, answers, staff, act });
    this.previews = new Map(); // what this phone sent itself, by token
    this.heardName = `q-heard-${me}`;
    this.heard = new Set(JSON.parse(window.localStorage.getItem(this.heardName) ?? "[]"));
  }

  // Voices one has listened to, the last few hundred of them.
  hears(token) {
    this.heard.add(token);
    window.localStorage.setItem(this.heardName, JSON.stringify([...this.heard].slice(-300)));
  }

  media(token, small) {
    return this.previews.get(token) ?? this.urls.media.replace(/0$/, encodeURIComponent(token)) + (small ? "?small=1" : "");
  }

  line(message) {
    if (message.kind === "system") return this.system(message);
    if (message.recalled) return this.recalled(message);
    const isMine = message.sender === this.me;
    const article = make("article", `m-msg${isMine ? " is-mine" : ""}`);
    const face = make("span", `m-face q-hue-${hue(message.name || "?")}`, initials(message.name || "?"));
    face.setAttribute("aria-hidden", "true");
    const seat = this.staff[message.sender];
    const who = make("div", "m-msg-who", message.name, seat ? make("span", "", seat) : null);
    const body = make("div", "m-msg-body", who, this.body(message), this.quote(message.quoted));
    article.append(face, body);
    return article;
  }

  system(message) {
    const { event, names = [], count = names.length } = message.body;
    if (event !== "joined") return make("div", "m-system", message.body.text ?? "");
    const strong = make("strong", "", names.join("、"));
    const words = message.body.welcome ? make("p", "", message.body.welcome) : null;
    return make("div", "m-system", strong, " ", count > names.length ? `${this.words.others} ` : "", this.words.joined, words);
  }

  recalled(message) {
    if (message.body?.by_group) {
      if (message.sender === this.me) return make("div", "m-system", this.words.yoursRecalled);
      return make("div", "m-system", make("strong", "", message.name), " ", this.words.recalledByGroup);
    }
    if (message.sender === this.me) return make("div", "m-system", this.words.youRecalled);
    return make("div", "m-system", make("strong", "", message.name), " ", this.words.recalled);
  }

  body(message) {
    const draw = { text: this.text, image: this.image, video: this.video, voice: this.voice, card: this.card, question: this.question }[message.kind];
    return (draw ?? this.text).call(this, message);
  }

  text(message) {
    return make("div", "m-bubble", this.wording(message), ...this.words_of(message));
  }

  wording({ body }) {
    return body.wording ? make("span", "m-wording", `${body.wording_by}：${body.wording}`) : null;
  }

  words_of(message) {
    const parts = [];
    let end = 0;
    const text = message.body.text ?? "";
    for (const found of text.matchAll(LINK)) {
      const link = make("a", "", found[0]);
      link.href = found[0];
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
      parts.push(...this.mentions(text.slice(end, found.index), message), link);
      end = found.index + found[0].length;
    }
    return [...parts, ...this.mentions(text.slice(end), message)];
  }

  mentions(text, message) {
    if (!message.for_all && !(message.mentions ?? []).length) return [text];
    const isForMe = message.for_all || message.mentions.includes(this.me);
    return text.split(/(@\S+)/).map((part) => (part.startsWith("@") ? make("span", `m-mention${isForMe ? " is-me" : ""}`, part) : part));
  }

  image(message) {
    const { media, width, height, text } = message.body;
    const picture = make("img", "m-photo");
    picture.src = message.preview ?? this.media(media, true);
    picture.alt = text || this.words.picture;
    picture.loading = "lazy";
    if (width && height) Object.assign(picture, fitted(width, height));
    const button = make("button", "m-bubble m-bubble-bare", picture);
    button.type = "button";
    button.onclick = () => this.act.view(message.preview ?? this.media(media));
    const caption = text || message.body.wording ? make("div", "m-bubble", this.wording(message), ...this.words_of(message)) : null;
    return caption ? make("div", "", button, caption) : button;
  }

  video(message) {
    const film = make("video", "m-video");
    Object.assign(film, { src: message.preview ?? this.media(message.body.media), controls: true, preload: "metadata", playsInline: true });
    const bare = make("div", "m-bubble m-bubble-bare", film);
    const caption = message.body.text || message.body.wording ? make("div", "m-bubble", this.wording(message), ...this.words_of(message)) : null;
    return caption ? make("div", "", bare, caption) : bare;
  }

  voice(message) {
    const seconds = Math.max(1, Math.round((message.body.duration_ms ?? 0) / 1000));
    const token = message.body.media;
    const button = make("button", `m-bubble m-voice m-voice-${Math.min(6, Math.ceil(seconds / 10))}`, icon("volume"), `${seconds}″`);
    button.type = "button";
    button.classList.toggle("is-unheard", message.sender !== this.me && !this.heard.has(token));
    button.setAttribute("aria-label", `${this.words.voice} ${seconds}″`);
    button.onclick = () => {
      this.hears(token);
      button.classList.remove("is-unheard");
      this.act.play(button, message.preview ?? this.media(token));
    };
    return button;
  }

  card(message) {
    const { title, price_fen: price, product_id: product, text, note } = message.body;
    const inner = make("div", "m-share-body", this.wording(message), make("strong", "", title ?? ""), text || note ? make("p", "", text || note) : null);
    if (price !== null && price !== undefined) inner.append(make("div", "m-share-price", `¥${(price / 100).toFixed(2)}`));
    const share = make("div", "m-share", inner);
    if (product) {
      const link = make("a", "m-button m-button-small", this.words.order);
      const broadcast = message.broadcast ? `&broadcast=${message.broadcast}` : "";
      link.href = `${this.urls.product.replace(/0$/, product)}?group=${message.group}${broadcast}`;
      share.append(make("div", "m-share-foot", make("span", ""), link));
    }
    return share;
  }

  question(message) {
    const { body } = message;
    const told = { ...message, body: { ...body, text: body.text ?? "" } };
    const above = body.product_id ? this.card(told) : body.media ? (body.media_kind === "video" ? this.video(told) : this.image(told)) : body.text ? this.text(told) : null;
    const options = make("div", "m-question-options");
    const given = this.answers[message.broadcast];
    (body.options ?? []).forEach((option, place) => {
      const button = make("button", "", option);
      button.type = "button";
      button.classList.toggle("is-chosen", given?.option === place);
      button.classList.toggle("is-right", given?.right === place);
      button.classList.toggle("is-wrong", given?.option === place && given.right !== place);
      button.setAttribute("aria-pressed", String(given?.option === place));
      button.disabled = given !== undefined || !this.act.mayAnswer;
      button.onclick = () => this.act.answer(message, place);
      options.append(button);
    });
    const verdict = given ? make("p", "", given.option === given.right ? this.words.understood : this.words.notUnderstood) : null;
    const box = make("div", "m-share", make("div", "m-share-body", make("strong", "", body.question), options, verdict));
    return make("div", "m-ask", above, box);
  }

  quote(quoted) {
    if (!quoted) return null;
    const marks = { image: this.words.picture, video: this.words.video, voice: this.words.voice, card: this.words.card };
    const line = quoted.line.kind ? `${marks[quoted.line.kind] ?? ""}${quoted.line.text ?? ""}` : this.words.recalled;
    const button = make("button", "m-quote", `${quoted.name}：${line}`);
    button.type = "button";
    button.onclick = () => this.act.jump(quoted.seq);
    return button;
  }
}
