import { Paper, Table } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

import classes from './table.module.css';

/** A column: its heading, and what stands in it for a row. */
export interface Column<N> {
  readonly title: string;
  readonly cell: (row: N) => ReactNode;
  /** Numbers stand at the right. */
  readonly number?: boolean;
}

/** A list as a framed table; on a phone each row stands by itself, with the headings inside and nothing empty. */
export function Rows<N extends { readonly id: string }>(props: {
  label: string;
  columns: readonly Column<N>[];
  rows: readonly N[];
}): ReactElement {
  return (
    <Paper withBorder className={classes['frame'] ?? ''}>
      <PlainRows {...props} />
    </Paper>
  );
}

/** The same without a frame, for inside a panel. */
export function PlainRows<N extends { readonly id: string }>({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: readonly Column<N>[];
  rows: readonly N[];
}): ReactElement {
  return (
    <Table aria-label={label} className={classes['table'] ?? ''} verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, number }) => (
            <Table.Th key={title} scope="col" ta={number === true ? 'right' : 'left'}>
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            {columns.map(({ title, cell, number }) => (
              <Table.Td key={title} data-label={title} data-number={number === true || undefined}>
                <div className={classes['value']}>{cell(row)}</div>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
