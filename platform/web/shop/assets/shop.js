// What a merchant writes to connect the elements: a token for the customer who is signed in, and what to do with a code.
async function tokenProvider() {
  const response = await fetch(`${document.body.dataset.shop}/token`, { method: 'POST' });
  if (!response.ok) {
    throw new Error(`The shop answered ${response.status}`);
  }
  return (await response.json()).token;
}

for (const element of document.querySelectorAll('[data-signed-in]')) {
  element.tokenProvider = tokenProvider;
}

document.querySelector('guerdon-panel')?.addEventListener('guerdon-redeemed', ({ detail: { code } }) => {
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
