// What a merchant writes to connect the panel: a token for the customer who is signed in, and what to do with a code.
const panel = document.querySelector('guerdon-panel');

if (panel?.hasAttribute('data-signed-in')) {
  panel.tokenProvider = async () => {
    const response = await fetch('/shop/token', { method: 'POST' });
    if (!response.ok) {
      throw new Error(`The shop answered ${response.status}`);
    }
    return (await response.json()).token;
  };
}

panel?.addEventListener('guerdon-redeemed', ({ detail: { code } }) => {
  const field = document.querySelector('#code');
  if (code !== null && field !== null) {
    field.value = code;
  }
});

// Without scripts there is a button for it.
for (const select of document.querySelectorAll('.pieces select')) {
  select.addEventListener('change', () => select.form.requestSubmit());
  select.form.classList.add('quick');
}
